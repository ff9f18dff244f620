// Writes a picture of every screen at both sizes, to be looked at: `make screenshots`. Names of screens behind the
// folder narrow them.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setStage } from '../stage.mjs';
import { look, SCREENS } from './screens.mjs';
import { DESKTOP, PHONE, visit } from './visit.mjs';

const [folder = 'screenshots', ...only] = process.argv.slice(2);
const screens = SCREENS.filter(([name]) => only.length === 0 || only.includes(name));
mkdirSync(folder, { recursive: true });
const stage = await setStage();
try {
  for (const [size, viewport] of [['desktop', DESKTOP], ['phone', PHONE]]) {
    for (const theme of ['light', 'dark']) {
      for (const screen of screens) {
        const visitor = await visit(stage, screen[1], { viewport, theme });
        await look(visitor, screen);
        await visitor.page.screenshot({ path: join(folder, `${screen[0]}-${size}-${theme}.png`), fullPage: screen.length < 4 });
        await visitor.context.close();
      }
    }
  }
} finally {
  await stage.stop();
}
