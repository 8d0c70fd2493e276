// @ts-check
// Coming or not, how many, and what the kitchen should know: kept in the guest's sealed private data.

import { announce } from '../announce.js';
import { el, newId } from '../dom.js';
import { Field } from '../field.js';
import { Form } from '../form.js';
import { dateOf } from '../language.js';

const KEY = 'answer';
const MOST = 20;
const SAVED = /** @type {const} */ ({ dateStyle: 'full', timeStyle: 'short' });

/** @typedef {{ coming: boolean, guests: number, diet: string, savedAt: string }} Answer */

/** @param {import('../page.js').Page} page */
export function answerForm(page) {
  const { messages } = page;
  const { answer } = messages;
  const coming = choice(answer.legend, answer.yes, answer.no);
  const guests = new Field({
    page,
    name: 'guests',
    type: 'number',
    label: answer.guests,
    hint: answer.guestsHint,
    value: '1',
    attributes: { min: 1, max: MOST, inputmode: 'numeric' },
  });
  const diet = dietField(page);
  const more = el('div', { class: 'more', hidden: true }, guests.node, diet.node);
  const state = el('p', { class: 'saved', role: 'status' });
  /** @type {Answer | null} */
  let saved = null;
  let isTouched = false;

  const form = new Form({
    page,
    name: 'answer',
    fields: [coming, guests, diet],
    content: [coming.node, more, state],
    submit: answer.submit,
    busy: answer.busy,
    onSubmit: async () => {
      const given = read();
      await page.accounts.session.data.set(KEY, given);
      saved = given;
      isTouched = false;
      announce(answer.saved);
      showSaved();
    },
  });
  form.node.addEventListener('input', () => {
    isTouched = true;
    update();
  });

  /** @returns {Answer} */
  function read() {
    if (coming.value === '') throw { problems: [{ code: 'choose', field: 'coming', message: answer.choose }] };
    const count = Number(guests.value);
    if (coming.value === 'yes' && !(Number.isInteger(count) && count >= 1 && count <= MOST)) {
      throw { problems: [{ code: 'guests-invalid', field: 'guests', message: answer.guestsInvalid }] };
    }
    return {
      coming: coming.value === 'yes',
      guests: coming.value === 'yes' ? count : 0,
      diet: diet.value,
      savedAt: new Date().toISOString(),
    };
  }

  function update() {
    more.hidden = coming.value !== 'yes';
    const left = page.store.get().party?.seatsLeft;
    // Seats this guest already asked for may be counted by the host.
    const isMany = left !== undefined && Number(guests.value) > left + (saved?.guests ?? 0);
    guests.hint = isMany ? answer.guestsMany(left) : answer.guestsHint;
  }

  function showSaved() {
    state.textContent = saved === null ? '' : answer.savedAt(dateOf(new Date(saved.savedAt), page.language, SAVED));
  }

  return {
    node: form.node,
    update,
    async load() {
      const found = /** @type {Answer | undefined} */ (await page.accounts.session.data.get(KEY));
      saved = found ?? null;
      if (found !== undefined && !isTouched) {
        coming.value = found.coming ? 'yes' : 'no';
        guests.value = String(found.guests || 1);
        diet.value = found.diet;
      }
      showSaved();
      update();
    },
  };
}

/**
 * Two radio buttons that look to a form like one field.
 * @param {string} legend
 * @param {string} yes
 * @param {string} no
 */
function choice(legend, yes, no) {
  const errorId = newId();
  const radio = (/** @type {string} */ value) => el('input', { type: 'radio', name: 'coming', value });
  const inputs = [radio('yes'), radio('no')];
  const error = el('div', { class: 'error', id: errorId });
  const node = el(
    'fieldset',
    { 'aria-describedby': errorId },
    el('legend', {}, legend),
    el(
      'div',
      { class: 'options' },
      el('label', {}, inputs[0], el('span', {}, yes)),
      el('label', {}, inputs[1], el('span', {}, no)),
    ),
    error,
  );
  return {
    node,
    name: 'coming',
    input: inputs[0],
    get value() {
      return inputs.find(({ checked }) => checked)?.value ?? '';
    },
    set value(value) {
      for (const input of inputs) input.checked = input.value === value;
    },
    /** @param {string} text */
    showError(text) {
      error.replaceChildren(...(text === '' ? [] : [el('p', {}, text)]));
    },
  };
}

/** @param {import('../page.js').Page} page */
function dietField(page) {
  const { answer } = page.messages;
  const field = new Field({ page, name: 'diet', label: answer.diet, hint: answer.dietHint });
  const area = el('textarea', { rows: 3 });
  for (const { name, value } of [...field.input.attributes]) if (name !== 'type') area.setAttribute(name, value);
  area.setAttribute('autocapitalize', 'sentences');
  area.setAttribute('spellcheck', 'true');
  field.input.replaceWith(area);
  field.input = area;
  return field;
}
