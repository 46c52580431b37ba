a = "a1"
b = "b1"
c = "c1"
d = "d1"
