// A film that has not been sent yet, in this browser's own store. Signing out empties it (Clear-Site-Data).
const open = () => new Promise((done, fail) => {
  const asked = indexedDB.open("facialis", 1);
  asked.onupgradeneeded = () => asked.result.createObjectStore("films");
  asked.onsuccess = () => done(asked.result);
  asked.onerror = () => fail(asked.error);
});
const within = async (mode, work) => {
  const base = await open();
  try {
    return await new Promise((done, fail) => {
      const turn = base.transaction("films", mode);
      const asked = work(turn.objectStore("films"));
      turn.oncomplete = () => done(asked.result);
      turn.onerror = turn.onabort = () => fail(turn.error);
    });
  } finally {
    base.close();
  }
};

export const keep = (person, film) => within("readwrite", (films) => films.put(film, person));
export const kept = (person) => within("readonly", (films) => films.get(person));
export const drop = (person) => within("readwrite", (films) => films.delete(person));
