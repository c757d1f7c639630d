import { createRoot } from 'react-dom/client';
import 'shenbao';
import type {} from 'shenbao/react';

function App() {
  return (
    <>
      <h1>某省申报平台</h1>
      <shenbao-form mail-limit={10} />
    </>
  );
}

const place = document.querySelector('#app');
if (place) createRoot(place).render(<App />);
