# loses = ["zeropoint-dequantize"]
# why = "the zero point with the wrong sign"

# %% zeropoint-dequantize-solution
def zeropoint_dequantize(codes, scale, zero_point):
    return (codes.float() + zero_point) * scale
