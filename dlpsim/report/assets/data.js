// What the page is drawn from.
const DATA = JSON.parse(document.getElementById("data").textContent);
