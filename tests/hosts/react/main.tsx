import { useState } from 'react';
import { createRoot } from 'react-dom/client';
import 'shenbao';
import type {} from 'shenbao/react';

const PREFILL = { city_name: '示例市' };

function App() {
  const [missing, setMissing] = useState<number | null>(null);
  const [saved, setSaved] = useState(0);
  return (
    <>
      <h1>某省申报平台</h1>
      <shenbao-form
        table="pilot-city-2017"
        draft-key="react"
        mail-limit={10}
        prefill={PREFILL}
        onshenbao-validity={(event) => setMissing(event.detail.missing)}
        onshenbao-draft-saved={() => setSaved((n) => n + 1)}
      />
      <p>
        还缺 <output id="missing">{missing}</output> 格，已保存 <output id="saved">{saved}</output> 次
      </p>
    </>
  );
}

const place = document.querySelector('#app');
if (place) createRoot(place).render(<App />);
