using MLOps.Models.Catalog;

namespace MLOps.Models.Neural.Tcn;

/// <summary>Hyper-parameters of the TCN regime classifier.</summary>
internal sealed record TcnSettings(
    int States,
    int Epochs,
    int BatchSize,
    double LearningRate,
    double WeightDecay,
    int Channels,
    double ValidationFraction,
    int Patience,
    int HmmStarts,
    int Seed,
    int Threads)
{
    /// <summary>Calm, normal, turbulent.</summary>
    public const int Regimes = 3;

    /// <summary>Receptive field 1 + 2·(1+2+4+8+16) = 63 of the window's 64 days.</summary>
    public static readonly IReadOnlyList<int> Dilations = [1, 2, 4, 8, 16];

    public static IReadOnlyList<HyperParameter> Declared { get; } =
    [
        HyperParameterOf.WholeNumber("epochs", 12, 1, 1000, "Most passes over the fit windows; training stops earlier when validation stops improving."),
        HyperParameterOf.WholeNumber("batch_size", 64, 8, 1024, "Windows in one step."),
        HyperParameterOf.RealNumber("learning_rate", 0.001, 1e-6, 0.1, "Step size of AdamW."),
        HyperParameterOf.RealNumber("weight_decay", 0.01, 0, 1, "Decoupled weight decay (AdamW)."),
        HyperParameterOf.WholeNumber("channels", 40, 4, 256, "Width of every convolution."),
        HyperParameterOf.RealNumber("validation_fraction", 0.12, 0.02, 0.5, "Last part of the training days that labels, scaler and weights never see; it decides when to stop."),
        HyperParameterOf.WholeNumber("patience", 5, 1, 1000, "Epochs without a better validation log-loss before training stops."),
        HyperParameterOf.WholeNumber("hmm_starts", 10, 1, 200, "Starting points of the HMM that makes the labels."),
        HyperParameterOf.WholeNumber("seed", 1, 0, int.MaxValue, "Seed of the labels' HMM, the weights and the order of the windows."),
        HyperParameterOf.WholeNumber("threads", DefaultThreads, 1, 64, "Threads of the tensor library."),
    ];

    /// <summary>Two threads beside other load stall now and then on a two-core machine; one never did.</summary>
    private static int DefaultThreads => Environment.ProcessorCount <= 2 ? 1 : Math.Min(4, Environment.ProcessorCount / 2);

    public static TcnSettings From(HyperParameterValues values) => new(
        Regimes,
        values.WholeNumber("epochs"),
        values.WholeNumber("batch_size"),
        values.RealNumber("learning_rate"),
        values.RealNumber("weight_decay"),
        values.WholeNumber("channels"),
        values.RealNumber("validation_fraction"),
        values.WholeNumber("patience"),
        values.WholeNumber("hmm_starts"),
        values.WholeNumber("seed"),
        values.WholeNumber("threads"));
}
