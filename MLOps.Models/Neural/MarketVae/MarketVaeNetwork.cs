using MLOps.Models.Features;
using MLOps.Models.Neural.Embedding;
using MLOps.Models.Neural.Layers;
using MLOps.Models.Neural.Training;
using MLOps.Models.Onnx;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLOps.Models.Neural.MarketVae;

/// <summary>Variational autoencoder (Kingma and Welling 2014) of the flat window: a normal posterior over 16 numbers, a normal likelihood of one learnt variance around what a linear and a hidden layer make of them.</summary>
internal sealed class MarketVaeNetwork : EmbeddingNetwork
{
    /// <summary>Of the posterior before anything is learnt: narrow, so that the first steps are those of an autoencoder.</summary>
    private const double FirstLogVariance = -3;
    private const float LogVarianceBound = 10;

    private readonly MarketVaeSettings _settings;
    private readonly Linear _hidden;
    private readonly WindowHead _mean;
    private readonly Linear _logVariance;
    private readonly Linear _decoder;
    private readonly Linear _decoderHidden;
    private readonly Linear _decoderOutput;
    private readonly Parameter _noise;

    public MarketVaeNetwork(FeatureScaler scaler, MarketVaeSettings settings)
        : base("market_vae", scaler, isByDay: false, MarketVaeSettings.Width)
    {
        _settings = settings;
        _hidden = Linear(Features * Days, settings.Hidden);
        _mean = new WindowHead(settings.Hidden, Features * Days, Width);
        _logVariance = Linear(settings.Hidden, Width);
        _decoder = Linear(Width, Features * Days);
        _decoderHidden = Linear(Width, settings.Hidden);
        _decoderOutput = Linear(settings.Hidden, Features * Days, hasBias: false);

        // Logarithm of the likelihood's variance.
        _noise = Parameter(zeros(1));
        RegisterComponents();
    }

    public override Tensor Encode(Tensor scaled)
    {
        using var scope = NewDisposeScope();
        return Posterior(scaled).Mean.MoveToOuterDisposeScope();
    }

    /// <summary>Mean and logarithm of the variance of the posterior, each [B, 16].</summary>
    public (Tensor Mean, Tensor LogVariance) Posterior(Tensor scaled)
    {
        using var scope = NewDisposeScope();
        var hidden = functional.relu(_hidden.forward(scaled.flatten(1)));
        return (
            _mean.forward(hidden, scaled).MoveToOuterDisposeScope(),
            _logVariance.forward(hidden).Within(-LogVarianceBound, LogVarianceBound).MoveToOuterDisposeScope());
    }

    public override Tensor Decode(Tensor embedding)
    {
        using var scope = NewDisposeScope();
        var curved = _decoderOutput.forward(functional.relu(_decoderHidden.forward(embedding)));
        return _decoder.forward(embedding).Plus(curved).reshape(-1, Features, Days).MoveToOuterDisposeScope();
    }

    public override void Initialise(PrincipalComponents components)
    {
        _mean.Initialise(components, _decoder, isWhite: true);
        using var quiet = no_grad();
        _logVariance.weight!.zero_();
        using Scalar first = FirstLogVariance;
        _logVariance.bias!.fill_(first);
        _decoderOutput.weight!.zero_();
    }

    /// <summary>The negative evidence lower bound by one draw of the posterior, in nats for each number of the window.</summary>
    public override BatchLoss Loss(Tensor scaled, Tensor dayBefore, TrainingMoment moment)
    {
        var (mean, logVariance) = Posterior(scaled);
        var drawn = mean.Plus(logVariance.Times(0.5).exp() * moment.Noise.Normal(mean.shape));
        var divergence = NormalDivergence.Of(mean, logVariance).mean();
        var reconstruction = Unlikeliness(scaled, drawn);
        var weight = _settings.KlWeight * moment.WarmUp(_settings.WarmUpEpochs);
        return new BatchLoss(reconstruction.Plus(divergence.Times(weight / (Features * Days))), ("train_reconstruction", reconstruction), ("train_kl", divergence));
    }

    /// <summary>The bound with the posterior's mean for its draw: what decides must not be random.</summary>
    public override double? ValidationLoss(Tensor scaled)
    {
        var (mean, logVariance) = Posterior(scaled);
        return Unlikeliness(scaled, mean).Plus(NormalDivergence.Of(mean, logVariance).mean().Times(_settings.KlWeight / (Features * Days))).item<float>();
    }

    public override IReadOnlyList<EmbeddingOutput> WriteEncoder(NetworkGraph layers, string scaled)
    {
        var graph = layers.Graph;
        var flat = graph.Node("Flatten", [scaled], OnnxAttribute.Int("axis", 1));
        var hidden = graph.Node("Relu", [layers.Dense(flat, "_hidden")]);
        var logVariance = graph.Node(
            "Clip",
            [layers.Dense(hidden, "_logVariance"), graph.Constant("least_log_variance", [-LogVarianceBound]), graph.Constant("most_log_variance", [LogVarianceBound])]);
        return
        [
            new EmbeddingOutput("mu", WindowHead.Write(layers, "_mean", hidden, scaled), Width),
            new EmbeddingOutput("log_variance", logVariance, Width),
        ];
    }

    public override string WriteDecoder(NetworkGraph layers, string embedding)
    {
        var graph = layers.Graph;
        var curved = layers.Dense(graph.Node("Relu", [layers.Dense(embedding, "_decoderHidden")]), "_decoderOutput");
        var flat = graph.Node("Add", [layers.Dense(embedding, "_decoder"), curved]);
        return graph.Node("Reshape", [flat, graph.Constant("window", -1, Features, Days)]);
    }

    private Tensor Unlikeliness(Tensor scaled, Tensor embedding)
    {
        var squares = (Decode(embedding) - scaled).Squared().mean();
        return (squares / _noise.exp()).Plus(_noise).Plus(Math.Log(2 * Math.PI)).mean().Times(0.5);
    }
}
