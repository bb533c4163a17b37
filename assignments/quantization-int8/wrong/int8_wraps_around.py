# loses = ["zeropoint-dequantize"]
# why = "codes - zero_point in int8, which wraps around beyond 127"

# %% zeropoint-dequantize-solution
def zeropoint_dequantize(codes, scale, zero_point):
    return ((codes - zero_point) * scale).float()
