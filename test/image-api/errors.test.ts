// What is thrown: classes, codes, causes, and texts without secrets.
import { expect, test } from 'vitest';
import * as face from '../../src/index.ts';
import { AS_OWNER, thrownBy } from './stage/stage.ts';
import { json, stagedGlance } from './stage/staged-glance.ts';

const ID = '4c3a4a9e-0b1f-4f8e-9a0c-0c9d3a5d7e11';

test.each([
  [400, face.ImageBadRequest, 'bad-request'],
  [401, face.ImageNotAuthorized, 'not-authorized'],
  [403, face.ImageNotAuthorized, 'not-authorized'],
  [404, face.ImageNotFound, 'not-found'],
  [413, face.ImageQuotaExceeded, 'quota-exceeded'],
  [300, face.GlanceAnswerError, 'glance-answer'],
  [409, face.GlanceAnswerError, 'glance-answer'],
  [500, face.GlanceAnswerError, 'glance-answer'],
])('about one image, %d is %o', async (status, kind, code) => {
  const { api } = stagedGlance(() => json({ message: 'words' }, status));
  const error = await thrownBy(() => api.get(AS_OWNER, ID));
  expect(error.constructor).toBe(kind);
  expect(error).toBeInstanceOf(face.ImageApiError);
  expect(error).toMatchObject({ code, name: kind.name });
});

test.each([
  [400, face.Invalid],
  [401, face.Forbidden],
  [403, face.Forbidden],
  [404, face.NotFound],
  [413, face.GlanceAnswerError],
])('about no single image, %d is %o', async (status, kind) => {
  const { api } = stagedGlance(() => json({}, status));
  expect((await thrownBy(() => api.getAll(AS_OWNER))).constructor).toBe(kind);
  expect((await thrownBy(() => api.create(AS_OWNER, {}))).constructor).toBe(kind);
});

test("the text has Glance's words and request id, the cause its answer", async () => {
  const headers = { 'X-Openstack-Request-Id': 'req-1' };
  const html = '<html><head><title>403 Forbidden</title></head><body>You <b>may</b> not.</body>';
  const { api } = stagedGlance(() => new Response(html, { status: 403, headers }));
  const error = await thrownBy(() => api.get(AS_OWNER, ID));
  expect(error.message).toBe(`Image ${ID}: Glance answered GET with 403: You may not. (req-1)`);
  expect(error.cause).toMatchObject({ status: 403, requestId: 'req-1' });
});

test('no text has a token, even where an answer repeats it', async () => {
  const authToken = 'gAAAAAB-token';
  const serviceToken = 'gAAAAAB-service';
  const echo = `no such token: ${authToken} or ${serviceToken}`;
  const { api } = stagedGlance(() => new Response(echo, { status: 401 }));
  const error = await thrownBy(() => api.get({ authToken, serviceToken }, ID));
  expect(`${error.stack} ${String(error.cause)}`).not.toContain('gAAAAAB');
  expect(error.message).toContain('no such token: *** or ***');
});

test('an answer that is no JSON object is told as such', async () => {
  const { api } = stagedGlance(() => new Response('<html>'));
  expect(await thrownBy(() => api.get(AS_OWNER, ID))).toMatchObject({
    code: 'glance-answer',
    status: 200,
  });
});

test('the codes are stable and each class has one', () => {
  const codes = Object.values(face)
    .filter((kind) => typeof kind === 'function' && kind.prototype instanceof face.ImageApiError)
    .filter((kind) => kind !== face.GlanceAnswerError)
    .map((kind) => {
      const error = Reflect.construct(kind, ['words']);
      return `${error.name} ${error.code}`;
    });
  expect(codes.sort()).toEqual([
    'CertificateValidationFailed certificate-validation-failed',
    'CorruptImageDownload corrupt-download',
    'EndpointNotAllowed endpoint-not-allowed',
    'Forbidden forbidden',
    'GlanceConnectionFailed connection-failed',
    'ImageBadRequest bad-request',
    'ImageDeleteConflict delete-conflict',
    'ImageDownloadInterrupted download-interrupted',
    'ImageImportImpossible import-impossible',
    'ImageNotAuthorized not-authorized',
    'ImageNotFound not-found',
    'ImageQuotaExceeded quota-exceeded',
    'ImageUnacceptable unacceptable',
    'Invalid invalid',
    'InvalidImageRef invalid-image-ref',
    'NotFound not-found',
    'SignatureVerificationError signature-verification-failed',
  ]);
});
