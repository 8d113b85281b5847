using MLOps.Models.Neural.Training;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLOps.Models.Neural.Layers;

/// <summary>Encoder block, [B, T, width] to the same: attention, then two dense layers with GELU, each behind a layer normalisation and beside a residual path
/// (the pre-norm order of Xiong et al. 2020, which needs no learning-rate warm-up).</summary>
internal sealed class TransformerBlock : Module<Tensor, Tensor>
{
    private readonly LayerNorm _before;
    private readonly SelfAttention _attention;
    private readonly LayerNorm _between;
    private readonly Linear _widen;
    private readonly Linear _narrow;

    public TransformerBlock(int width, int heads, int hidden)
        : base("block")
    {
        _before = LayerNorm(width);
        _attention = new SelfAttention(width, heads);
        _between = LayerNorm(width);
        _widen = Linear(width, hidden);
        _narrow = Linear(hidden, width);
        RegisterComponents();
    }

    public int Heads => _attention.Heads;

    public override Tensor forward(Tensor input) => forward(input, null, 0);

    /// <param name="noise">Where dropout draws from; null: there is none, as when the model is used.</param>
    /// <param name="dropout">Share of each branch's outputs that is dropped.</param>
    public Tensor forward(Tensor input, TrainingNoise? noise, double dropout)
    {
        using var scope = NewDisposeScope();
        var attended = input.Plus(Dropped(_attention.forward(_before.forward(input))));
        var widened = functional.gelu(_widen.forward(_between.forward(attended)));
        return attended.Plus(Dropped(_narrow.forward(widened))).MoveToOuterDisposeScope();

        Tensor Dropped(Tensor values) => noise is null ? values : noise.Dropout(values, dropout);
    }

    /// <summary>The attention's weights for an input of this block, [B, heads, T, T].</summary>
    public Tensor AttentionWeights(Tensor input)
    {
        using var scope = NewDisposeScope();
        return _attention.Weights(_before.forward(input)).MoveToOuterDisposeScope();
    }
}
