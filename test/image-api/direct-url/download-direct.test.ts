import { describe, expect, it } from 'vitest';
import {
  type DirectUrlHandler,
  type DirectUrlTrouble,
  downloadDirect,
} from '../../../src/image-api/direct-url/handlers.ts';

const at = (url: string) => ({ url, metadata: { of: url } });

/** Handles `good`, `away` and `bad` URLs as their schemes say, and notes what it is asked for. */
function world() {
  const asked: unknown[] = [];
  const troubles: DirectUrlTrouble[] = [];
  const handler: DirectUrlHandler = {
    schemes: ['good', 'away', 'bad'],
    async download(url, metadata, destPath) {
      asked.push([url.href, metadata, destPath]);
      if (url.protocol === 'bad:') throw new Error('no such place');
      return url.protocol === 'good:';
    },
  };
  return {
    asked,
    troubles,
    download: (urls: readonly string[], allowed = handler.schemes, verify?: () => Promise<void>) =>
      downloadDirect(
        [handler],
        allowed,
        urls.map(at),
        '/tmp/image',
        (trouble) => troubles.push(trouble),
        verify,
      ),
  };
}

describe('the locations of an image', () => {
  it('are tried in their order until one works', async () => {
    const { download, asked, troubles } = world();
    expect(await download(['bad://1', 'away://2', 'good://3', 'good://4'])).toBe(true);
    expect(asked).toEqual([
      ['bad://1', { of: 'bad://1' }, '/tmp/image'],
      ['away://2', { of: 'away://2' }, '/tmp/image'],
      ['good://3', { of: 'good://3' }, '/tmp/image'],
    ]);
    expect(troubles).toEqual([{ scheme: 'bad', error: new Error('no such place') }]);
  });

  it('may all fail', async () => {
    const { download, troubles } = world();
    expect(await download(['bad://1', 'bad://2', 'away://3'])).toBe(false);
    expect(troubles).toHaveLength(2);
  });

  it('may be none', async () => {
    expect(await world().download([])).toBe(false);
  });

  it('are passed over where the scheme is not allowed, not handled, or none', async () => {
    const { download, asked, troubles } = world();
    const urls = ['good://1', 'swift+https://user:word@host/1', 'no url', ''];
    expect(await download(urls, ['bad', 'swift+https'])).toBe(false);
    expect(await download(['good://1'], [])).toBe(false);
    expect(asked).toEqual([]);
    expect(troubles).toEqual([]);
  });

  it('fail when what they gave is not what was signed', async () => {
    const { download, asked, troubles } = world();
    let verified = 0;
    const verify = async () => {
      verified += 1;
      if (verified === 1) throw new Error('not the image');
    };
    expect(await download(['good://1', 'good://2'], ['good'], verify)).toBe(true);
    expect(asked).toHaveLength(2);
    expect(troubles).toEqual([{ scheme: 'good', error: new Error('not the image') }]);
  });
});
