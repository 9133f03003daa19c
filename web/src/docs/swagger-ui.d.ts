/** The part of swagger-ui-dist that the reference page uses; the package ships no types. */
declare module 'swagger-ui-dist/swagger-ui-es-bundle.js' {
  interface Options {
    url: string;
    domNode: HTMLElement;
    deepLinking?: boolean;
    docExpansion?: 'list' | 'full' | 'none';
    defaultModelsExpandDepth?: number;
    validatorUrl: null;
    filter?: boolean;
    withCredentials?: boolean;
    persistAuthorization?: boolean;
    onComplete?: () => void;
  }
  const SwaggerUI: (options: Options) => unknown;
  export default SwaggerUI;
}
