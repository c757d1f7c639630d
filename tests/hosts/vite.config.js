import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vite';

export default defineConfig({
  // The pages may lie anywhere on a site.
  base: './',
  plugins: [vue({ template: { compilerOptions: { isCustomElement: (tag) => tag === 'shenbao-form' } } })],
  esbuild: { jsx: 'automatic' },
  build: { target: ['chrome90', 'firefox90', 'safari15'] },
  // The development server would otherwise bundle the package beforehand and lose the addresses of its files.
  optimizeDeps: { exclude: ['shenbao'] },
});
