// The server: state, news, acts. All addresses are relative, below the token in the page's own address.

export async function load(path) {
  const answer = await fetch(path);
  if (!answer.ok) throw new Error(`${answer.status}`);
  return answer.json();
}

export async function post(path, what) {
  const answer = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(what),
  });
  const told = await answer.json().catch(() => ({ problem: answer.statusText }));
  return told.problem || "";
}

/**
 * Follow the news after event number `last`. The browser comes back by itself after a break and says what it
 * has seen; `anew` is called when that is too long ago, or when the server is gone for good.
 */
export function follow(last, { news, anew, lost, back }) {
  const stream = new EventSource(`news?after=${last}`);
  stream.onmessage = (event) => news(JSON.parse(event.data));
  stream.onopen = back;
  stream.addEventListener("reset", () => { stream.close(); anew(); });
  stream.onerror = () => {
    lost();
    if (stream.readyState === EventSource.CLOSED) setTimeout(anew, 2000);
  };
  addEventListener("pagehide", () => stream.close(), { once: true });
}
