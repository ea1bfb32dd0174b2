// A program that uses ImageApi: one download to a file for each question, timed inside.
import { ImageApi } from '../../../src/index.ts';
import { answerParent, tellParent } from '../measure/conversation.ts';

const [endpoint = '', authToken = ''] = process.argv.slice(2);
const images = new ImageApi({ endpoints: [endpoint] });

answerParent(async ({ id, file }: { readonly id: string; readonly file: string }) => {
  const startedAt = performance.now();
  await images.download({ authToken }, id, { destPath: file });
  return (performance.now() - startedAt) / 1000;
});
tellParent('ready');
