(function () {
  "use strict";
  var search = document.getElementById("search");
  if (!search) { return; }
  var boxes = document.querySelectorAll("input[name=severity]");
  var findings = document.querySelectorAll(".finding");
  var files = document.querySelectorAll(".file");
  var practices = document.querySelectorAll(".practice");
  var shown = document.getElementById("shown");
  var practice = "";
  function apply() {
    var words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    var levels = {};
    var count = 0;
    boxes.forEach(function (box) { levels[box.value] = box.checked; });
    findings.forEach(function (finding) {
      var text = finding.textContent.toLowerCase();
      var file = finding.parentNode.querySelector("h2").textContent.toLowerCase();
      var fits = levels[finding.dataset.severity] && words.every(function (word) {
        return text.indexOf(word) >= 0 || file.indexOf(word) >= 0;
      });
      if (fits && practice) { fits = finding.dataset.practices.split(" ").indexOf(practice) >= 0; }
      finding.hidden = !fits;
      count += fits ? 1 : 0;
    });
    files.forEach(function (file) { file.hidden = !file.querySelector(".finding:not([hidden])"); });
    shown.textContent = count + " of " + findings.length + " shown";
  }
  practices.forEach(function (button) {
    button.addEventListener("click", function () {
      practice = practice === button.dataset.practice ? "" : button.dataset.practice;
      practices.forEach(function (other) {
        other.setAttribute("aria-pressed", String(other.dataset.practice === practice));
      });
      apply();
    });
  });
  search.addEventListener("input", apply);
  boxes.forEach(function (box) { box.addEventListener("change", apply); });
  document.getElementById("filters").addEventListener("submit", function (event) { event.preventDefault(); });
  apply();
})();
