/** The API reference at /docs: Swagger UI from our own files, reading our own /openapi.json, asking no other host. */
import SwaggerUI from 'swagger-ui-dist/swagger-ui-es-bundle.js';
import 'swagger-ui-dist/swagger-ui.css';
import './docs.css';

const domNode = document.querySelector<HTMLElement>('#reference');
if (domNode === null) throw new Error('docs.html has no #reference');

// Swagger UI has its own dark colours, switched by this class.
const dark = matchMedia('(prefers-color-scheme: dark)');
const paint = (): void => {
  const theme = document.documentElement.dataset.theme;
  document.documentElement.classList.toggle('dark-mode', theme ? theme === 'dark' : dark.matches);
};
paint();
dark.addEventListener('change', paint);

SwaggerUI({
  url: '/openapi.json',
  domNode,
  deepLinking: true,
  docExpansion: 'list',
  defaultModelsExpandDepth: 0,
  // The default sends the document to a validator on the internet.
  validatorUrl: null,
  filter: true,
  withCredentials: true,
});
