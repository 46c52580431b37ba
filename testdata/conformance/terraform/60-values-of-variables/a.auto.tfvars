c = "c3"
d = "d3"
list = ["k"]
