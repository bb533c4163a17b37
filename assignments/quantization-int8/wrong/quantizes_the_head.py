# loses = ["model-int8"]
# why = "every linear layer, the head too"

# %% model-solution
def quantize_linear_layers(model, bits=8):
    tensors = {}
    for name, module in model.named_modules():
        if isinstance(module, torch.nn.Linear):
            codes, scale = absmax_quantize_rows(module.weight.detach(), bits)
            tensors[f"{name}.codes"] = codes
            tensors[f"{name}.scale"] = scale
    return tensors
