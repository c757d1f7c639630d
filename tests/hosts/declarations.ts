// Never run: the compiler checks the declarations of the package against it.
import { ready } from 'shenbao';
import type { ShenbaoFormElement } from 'shenbao';
import type {} from 'shenbao/vue';
import type { GlobalComponents } from 'vue';

export async function use(): Promise<File> {
  await ready;
  const form: ShenbaoFormElement = document.createElement('shenbao-form');
  form.prefill = { city_name: '示例市' };
  form.addEventListener('shenbao-signed', (event) => console.log(event.detail.digest.length));
  // @ts-expect-error there is no such detail
  form.addEventListener('shenbao-signed', (event) => event.detail.nothing);
  // @ts-expect-error a promise that nobody can set
  form.ready = Promise.resolve();
  const valid: boolean = form.checkValidity();
  // @ts-expect-error a draft is a file or its text
  await form.importDraft(valid);
  return form.exportDraft();
}

export type InVue = GlobalComponents['shenbao-form'];
