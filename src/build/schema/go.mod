module coxswain.io/build/schema

go 1.24
