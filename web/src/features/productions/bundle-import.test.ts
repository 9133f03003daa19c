import { describe, expect, it, vi } from 'vitest';
import { ApiError } from '../../api/client';
import type { Production } from '../../api/types';
import { BundleImport } from './bundle-import.svelte';

const named = (name: string, size = 1000): File =>
  Object.defineProperty(new File(['zip'], name), 'size', { value: size });

type Sent = NonNullable<Parameters<ConstructorParameters<typeof BundleImport>[0]['send']>[1]>;

function sending() {
  let settle: { resolve: (p: Production) => void; reject: (e: unknown) => void } | undefined;
  let options: Sent = {};
  const send = vi.fn((_: File, given: Sent = {}) => {
    options = given;
    return new Promise<Production>((resolve, reject) => {
      settle = { resolve, reject };
      given.signal?.addEventListener('abort', () => reject(new DOMException('', 'AbortError')));
    });
  });
  const onimported = vi.fn();
  const bundle = new BundleImport({ send, onimported });
  return { bundle, send, onimported, settled: () => settle!, told: () => options };
}

describe('a bundle on its way', () => {
  it('counts its bytes, then waits for the server to look into it', async () => {
    const { bundle, onimported, settled, told } = sending();
    const done = bundle.begin(named('film.rushes.zip'));
    told().onprogress?.(550, 1100);
    expect([bundle.stage, bundle.sent]).toEqual(['sending', 500]);
    told().onprogress?.(1100, 1100);
    expect(bundle.stage).toBe('looking');
    const production = { id: 'production_1' } as Production;
    settled().resolve(production);
    await done;
    expect(onimported).toHaveBeenCalledWith(production);
    expect([bundle.stage, bundle.file, bundle.refusal]).toEqual(['idle', null, null]);
  });

  it('is one at a time', async () => {
    const { bundle, send, settled } = sending();
    const done = bundle.begin(named('film.rushes.zip'));
    await bundle.begin(named('another.rushes.zip'));
    expect(send).toHaveBeenCalledTimes(1);
    settled().resolve({} as Production);
    await done;
  });

  it('says why the server refused it, until that is dismissed', async () => {
    const { bundle, settled } = sending();
    const done = bundle.begin(named('film.rushes.zip'));
    const message = 'This bundle was changed after it was made. Nothing of it was used.';
    settled().reject(new ApiError({ status: 422, code: 'tampered', message }));
    await done;
    expect(bundle.refusal?.text).toContain('changed after it was made');
    expect(bundle.isBusy).toBe(false);
    bundle.dismiss();
    expect([bundle.file, bundle.refusal]).toEqual([null, null]);
  });

  it('is stopped without a word', async () => {
    const { bundle, onimported } = sending();
    const done = bundle.begin(named('film.rushes.zip'));
    bundle.dismiss();
    await done;
    expect([bundle.file, bundle.refusal, bundle.stage]).toEqual([null, null, 'idle']);
    expect(onimported).not.toHaveBeenCalled();
  });

  it('refuses before sending what the server would refuse', async () => {
    const { bundle, send } = sending();
    await bundle.begin(named('holiday.jpg'));
    expect(bundle.refusal?.text).toContain('.rushes.zip');
    await bundle.begin(named('film.rushes.zip', 30e9));
    expect(bundle.refusal?.text).toContain('at most');
    expect(send).not.toHaveBeenCalled();
  });
});
