import './styles/index.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { preferred, speak } from './i18n/language.ts';
import { preload } from './routes.tsx';
import { apply } from './theme.ts';

apply();
preload(window.location.pathname);
const root = document.getElementById('root');
if (!root) throw new Error('the page has no root');
await speak(preferred());
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
// Nobody has lost a place before the page is there.
void import('./parts/lost-focus.ts').then(
  ({ keepFocus }) => keepFocus(),
  () => undefined,
);
