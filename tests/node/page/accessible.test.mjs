// Every screen before a judge of accessibility (WCAG 2.2 AA), in light and dark, wide and narrow.
//
// The longest of all files: its name lets it start among the first, so that no core waits for it at the end.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setStage } from '../stage.mjs';
import { look, SCREENS, settled } from './screens.mjs';
import { assertAccessible, assertNoSideways, DESKTOP, visit } from './visit.mjs';

const LOOKS = [
  [DESKTOP, 'light'],
  [{ width: 320, height: 700 }, 'dark'],
];

let stage;
/// One browser for each person; opening a window for each screen would take the browser as long as showing it.
const visitors = new Map();
before(async () => {
  stage = await setStage();
  for (const who of new Set(SCREENS.map(([, who]) => who))) visitors.set(who, await visit(stage, who));
});
after(async () => stage?.stop());

/// Colours change at once: what is judged in the middle of a change has colours that nobody sees.
function still() {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync('*, *::before, *::after, *::backdrop { transition: none !important; animation: none !important; }');
  document.adoptedStyleSheets.push(sheet);
}

for (const screen of SCREENS) {
  const [name, who, , act] = screen;
  test(`${name} can be used by everybody`, async () => {
    const visitor = visitors.get(who);
    const { page } = visitor;
    for (const [place, [viewport, colorScheme]] of LOOKS.entries()) {
      await page.setViewportSize(viewport);
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      // A window or menu may close when its page changes, so what is open is opened anew.
      if (place === 0 || act) await look(visitor, screen);
      await page.evaluate(still);
      await settled(page);
      assert.match(await page.title(), /. · Consentry$/, 'the page has a title of its own');
      assert.equal(await page.locator('h1').count(), 1);
      await assertAccessible(page, `${name}, ${viewport.width} wide, ${colorScheme}`);
      await assertNoSideways(page, `${name}, ${viewport.width} wide`);
    }
    // Between the two, where the bar at the side leaves little room.
    await page.setViewportSize({ width: 900, height: 700 });
    await assertNoSideways(page, `${name}, 900 wide`);
    await page.unrouteAll();
  });
}

test('no screen said a word in the console, broke the policy or asked another host', async () => {
  for (const visitor of visitors.values()) await visitor.leave();
});
