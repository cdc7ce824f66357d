// The page's half of the playground's HTTP API: state, what a person does, and the stream of changes.

const HEADERS = { "Content-Type": "application/json", "X-Playground": "1" };

/** All that the person `as` can see now; the company's first person stands in for one who isn't there. */
export async function fetchState(as) {
  const response = await fetch(`/page/state?as=${encodeURIComponent(as)}`, { headers: HEADERS });
  if (response.status === 404 && as) return fetchState("");
  if (!response.ok) throw new Error(`state ${response.status}`);
  return response.json();
}

/** Does something as a person; `{ok, error?, …}`. Throws where the playground can't be reached. */
export async function act(as, body, { keepalive = false } = {}) {
  const text = JSON.stringify({ as, ...body });
  const response = await fetch("/page/act", { method: "POST", headers: HEADERS, body: text, keepalive });
  const type = response.headers.get("Content-Type") || "";
  if (!type.includes("json")) return { ok: false, error: `The playground answered ${response.status}.` };
  return response.json();
}

/** Calls `changed` with the version at each change on the server, `up` and `down` as the connection comes and goes. */
export function listen({ changed, up, down }) {
  const source = new EventSource("/page/events");
  source.onopen = up;
  source.onmessage = ({ data }) => changed(JSON.parse(data).version);
  source.onerror = () => {
    down();
    if (source.readyState !== EventSource.CLOSED) return;
    setTimeout(() => listen({ changed, up, down }), 1000);
  };
}
