(function () {
  "use strict";
  var search = document.getElementById("search");
  var boxes = document.querySelectorAll("input[name=verdict]");
  var rows = document.querySelectorAll("details.row");
  var shown = document.getElementById("shown");
  function apply() {
    var words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    var wanted = {};
    var count = 0;
    boxes.forEach(function (box) { wanted[box.value] = box.checked; });
    rows.forEach(function (row) {
      var text = row.textContent.toLowerCase();
      var fits = wanted[row.dataset.verdict] && words.every(function (word) { return text.indexOf(word) >= 0; });
      row.hidden = !fits;
      count += fits ? 1 : 0;
    });
    shown.textContent = count + " of " + rows.length + " shown";
  }
  function reveal() {
    var target = document.getElementById(location.hash.slice(1));
    for (var at = target; at; at = at.parentElement) { if (at.tagName === "DETAILS") { at.open = true; } }
    if (target) { target.scrollIntoView(); }
  }
  search.addEventListener("input", apply);
  boxes.forEach(function (box) { box.addEventListener("change", apply); });
  document.getElementById("filters").addEventListener("submit", function (event) { event.preventDefault(); });
  window.addEventListener("hashchange", reveal);
  apply();
  reveal();
})();
