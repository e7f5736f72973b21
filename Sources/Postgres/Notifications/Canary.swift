struct Canary {}
