print("esiwh")
