"""存量核查: look at every number in service, propose findings, let a person decide each (MIIT 452 (六))."""
