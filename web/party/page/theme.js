// The chosen colours, before anything is painted; app.js offers the choice. A classic script, as a module would run late.
try {
  const theme = localStorage.getItem('placecard-party/theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {} // no storage: as the device has it
