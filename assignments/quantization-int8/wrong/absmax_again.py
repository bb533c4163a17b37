# loses = ["zeropoint"]
# why = "the symmetric ruler with a zero point of 0: half of the codes stay unused"

# %% zeropoint-solution
def zeropoint_quantize(x):
    codes, scale = absmax_quantize(x)
    return codes, scale, 0
