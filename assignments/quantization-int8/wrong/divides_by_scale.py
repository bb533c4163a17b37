# loses = ["dequantize-check"]
# why = "the scale the wrong way round"

# %% dequantize-solution
def dequantize(codes, scale):
    return codes.float() / scale
