# loses = ["lora-forward", "layer"]
# why = "peft's own layer does the work: the numbers are right, the answer is not one's own"

# %% lora-forward-solution
def lora_forward(x, weight, a, b, alpha, bias=None):
    from peft.tuners.lora import Linear

    linear = torch.nn.Linear(weight.shape[1], weight.shape[0], bias=bias is not None)
    linear.weight.data = weight.detach()
    if bias is not None:
        linear.bias.data = bias.detach()
    config = LoraConfig(r=len(a), lora_alpha=alpha)
    layer = Linear(linear, "mine", config=config, r=len(a), lora_alpha=alpha).eval()
    layer.lora_A["mine"].weight.data, layer.lora_B["mine"].weight.data = a.detach(), b.detach()
    return layer(x)
