// The words by which `x` picks posts out of X's stream: for each language what stands beside a service's name when it
// fails, and what hashtags of an outage end or begin with. Data only. Whether a post is a report is judged elsewhere.

/**
 * Per language (ISO 639-1), in the order of reach: words and phrases that seldom stand beside a name while all is well,
 * since each post costs money. With and without accents where people leave them out: the stream matches them exactly.
 */
export const outageWords: Readonly<Record<string, readonly string[]>> = {
  en: ['is down', 'not working', 'outage', 'went down', 'down again', "isn't working", 'stopped working', "doesn't work", "won't load", "can't log in", "won't open", 'crashed', 'keeps crashing', 'are down', 'still down', 'seems down', 'servers down', 'down for me'],
  es: ['caído', 'caido', 'se cayó', 'se cayo', 'no funciona', 'no carga', 'no sirve', 'no anda', 'no abre'],
  pt: ['caiu', 'fora do ar', 'não funciona', 'nao funciona', 'não abre', 'não tá funcionando', 'não carrega'],
  ja: ['障害', '落ちてる', '繋がらない', '使えない', '不具合', '開けない'],
  fr: ['en panne', 'marche pas', 'marche plus', 'fonctionne pas', 'fonctionne plus', 'a planté'],
  de: ['störung', 'geht nicht', 'funktioniert nicht', 'nicht erreichbar', 'ausfall', 'lädt nicht'],
  tr: ['çöktü', 'çalışmıyor', 'calismiyor', 'açılmıyor', 'çökmüş', 'gitti mi'],
  id: ['gangguan', 'gak bisa', 'ga bisa', 'tidak bisa', 'lagi error', 'lagi down'],
  ru: ['не работает', 'сбой', 'упал', 'лежит', 'не грузит', 'не открывается'],
  it: ['non funziona', 'non va', 'non carica', 'è giù', 'in down'],
  ar: ['معطل', 'عطل', 'لا يعمل', 'ما يشتغل', 'مش شغال'],
  ko: ['먹통', '장애', '안돼', '안됨', '오류'],
  nl: ['storing', 'werkt niet', 'doet het niet', 'ligt eruit', 'ligt plat'],
  pl: ['awaria', 'nie działa', 'nie dziala', 'padł', 'padło'],
  hi: ['काम नहीं', 'ठप', 'नहीं चल', 'nahi chal', 'kaam nahi'],
  uk: ['не працює', 'збій', 'впав', 'не вантажить'],
  th: ['ล่ม', 'ใช้ไม่ได้', 'เข้าไม่ได้'],
  vi: ['bị lỗi', 'sập', 'không vào được'],
  fa: ['قطعه', 'قطع شده', 'کار نمیکنه', 'کار نمی‌کند'],
  he: ['לא עובד', 'קרס', 'נפל'],
  ro: ['nu merge', 'nu funcționează', 'a picat'],
  el: ['δεν λειτουργεί', 'έπεσε', 'δεν δουλεύει'],
  cs: ['nefunguje', 'výpadek', 'nejde'],
  hu: ['nem működik', 'leállt', 'nem megy'],
  sv: ['ligger nere', 'funkar inte', 'fungerar inte'],
  bn: ['কাজ করছে না', 'ডাউন'],
  ta: ['வேலை செய்யவில்லை', 'டவுன்'],
};

/** With these a whole catalogue still fits into a thousand rules with more than its main names. */
export const usualLanguages: readonly string[] = ['en', 'es', 'pt', 'ja', 'fr', 'de', 'tr', 'id', 'ru', 'it', 'ar', 'ko'];

/** A hashtag that begins or ends so, and is longer, speaks of an outage by itself. */
export const outageTagParts: readonly string[] = [
  'down', 'outage', 'notworking', 'offline', 'caido', 'caído', 'caiu', 'störung', 'stoerung', 'ausfall', 'panne', 'çöktü', 'coktu', 'giu', 'storing', 'awaria', '障害', 'сбой', 'неработает', '먹통', 'ล่ม',
];
