// Where the browser begins: the page goes into the one element of index.html.
import { render } from 'preact';
import { App } from './view/app.js';
import { followTheme } from './view/theme.js';

followTheme();
render(<App />, document.querySelector('#app')!);
