using MLOps.Models.Catalog;

namespace MLOps.Models.Neural.Training;

/// <summary>Hyper-parameters that every network has.</summary>
/// <param name="Schedule">Factor of the learning rate by the share of the training that is done.</param>
/// <param name="GradientNorm">Longer gradients are cut to this length; infinite: none is.</param>
/// <param name="CheckpointBatches">Batches within an epoch after which a checkpoint is offered, besides that after each epoch.</param>
internal sealed record NeuralSettings(
    int Epochs,
    int BatchSize,
    double LearningRate,
    double WeightDecay,
    double ValidationFraction,
    int Patience,
    int Seed,
    int Threads,
    Func<double, double> Schedule,
    double GradientNorm = double.PositiveInfinity,
    int CheckpointBatches = 100)
{
    /// <summary>Two threads beside other load stall now and then on a two-core machine; one never did.</summary>
    private static int DefaultThreads => Environment.ProcessorCount <= 2 ? 1 : Math.Min(4, Environment.ProcessorCount / 2);

    public static HyperParameter ThreadsParameter => HyperParameterOf.WholeNumber("threads", DefaultThreads, 1, 64, "Threads of the tensor library.");

    /// <summary>The declarations, with the model's own defaults.</summary>
    public static IReadOnlyList<HyperParameter> Declared(int epochs, int batchSize, double learningRate, double weightDecay, double validationFraction, int patience) =>
    [
        HyperParameterOf.WholeNumber("epochs", epochs, 1, 1000, "Most passes over the fit windows; training stops earlier when validation stops improving."),
        HyperParameterOf.WholeNumber("batch_size", batchSize, 8, 1024, "Windows in one step."),
        HyperParameterOf.RealNumber("learning_rate", learningRate, 1e-6, 0.1, "Step size of AdamW."),
        HyperParameterOf.RealNumber("weight_decay", weightDecay, 0, 1, "Decoupled weight decay (AdamW)."),
        HyperParameterOf.RealNumber("validation_fraction", validationFraction, 0.02, 0.5, "Last part of the training days that labels, scaler and weights never see; it decides when to stop."),
        HyperParameterOf.WholeNumber("patience", patience, 1, 1000, "Epochs without a better validation figure before training stops."),
        HyperParameterOf.WholeNumber("seed", 1, 0, int.MaxValue, "Seed of all that is random: the weights, the order of the windows, noise."),
        ThreadsParameter,
    ];

    public static NeuralSettings From(HyperParameterValues values) => new(
        values.WholeNumber("epochs"),
        values.WholeNumber("batch_size"),
        values.RealNumber("learning_rate"),
        values.RealNumber("weight_decay"),
        values.RealNumber("validation_fraction"),
        values.WholeNumber("patience"),
        values.WholeNumber("seed"),
        values.WholeNumber("threads"),
        LearningRates.Constant);
}
