// @ts-check
// What was typed is not lost because a form is made anew.

/**
 * Carries what was typed into the same form in another language.
 * @param {HTMLElement} from
 * @param {HTMLElement} to
 */
export function keepTyped(from, to) {
  for (const form of from.querySelectorAll('form')) {
    const same = to.querySelector(`form[name="${form.name}"]`);
    if (!(same instanceof HTMLFormElement)) continue;
    for (const [index, input] of [...form.elements].entries()) {
      const twin = same.elements[index];
      if (input instanceof HTMLInputElement && twin instanceof HTMLInputElement) {
        if (twin.name !== input.name) continue;
        twin.value = input.value;
        twin.checked = input.checked;
      } else if (input instanceof HTMLTextAreaElement && twin instanceof HTMLTextAreaElement) {
        twin.value = input.value;
      }
    }
  }
}
