using MLOps.Models.Catalog;
using MLOps.Models.Data;

namespace MLOps.Models.Features.Pipelines;

/// <summary>A model behind a feature pipeline: the pipeline is fitted on each training's rows, and is a file of the model that it makes. Every fold of an evaluation so has scalers and labels of its own.</summary>
public sealed class PipelinedDefinition(IModelDefinition inner, FeaturePipeline pipeline) : IModelDefinition
{
    public string Id => inner.Id;

    public string Name => inner.Name;

    public string Category => inner.Category;

    public string Description => inner.Description;

    public IReadOnlyList<HyperParameter> HyperParameters => inner.HyperParameters;

    /// <summary>What the pipeline reads.</summary>
    public DataNeeds Data => new(
        false,
        inner.Data.HasTimes,
        [.. pipeline.Features.SelectMany(step => step.Reads).Concat(pipeline.Label is { } label ? [label.Column] : []).Distinct().Select(name => new NeededColumn(name, true))],
        0,
        $"What the feature pipeline reads: {string.Join(", ", pipeline.Features.SelectMany(step => step.Reads).Distinct())}.");

    public RowContinuity Continuity => inner.Continuity;

    public ModelSignature Signature => inner.Signature;

    /// <summary>That of the pipeline's labels, where it makes them.</summary>
    public int? LabelHorizon(IReadOnlyDictionary<string, string> parameters) => pipeline.Label?.Horizon ?? inner.LabelHorizon(parameters);

    public TrainedModel Train(TrainingRequest request, ITrainingObserver observer, CancellationToken cancellationToken)
    {
        var rows = TrainingRows.SelectTable(request, 1);
        var fitted = pipeline.Fit(rows);
        var trained = inner.Train(request with { Data = fitted.Labelled(rows).Data, TrainEnd = null }, observer, cancellationToken);
        return trained with { Files = [.. trained.Files, new ModelFile(FittedFeaturePipeline.FileName, fitted.Write())] };
    }

    public IReadOnlyDictionary<string, double> Evaluate(TrainedModel model, TrainingData data, int from, int to, CancellationToken cancellationToken)
    {
        var (rows, kept) = FittedFeaturePipeline.Read(model.File(FittedFeaturePipeline.FileName)).Labelled(data.Rows(0, to), from);
        var first = Array.FindIndex(kept, row => row >= from);
        return first >= 0
            ? inner.Evaluate(model.Observer is { } observer ? model with { Observer = new KeptRowsObserver(observer, kept) } : model, rows, first, rows.Count, cancellationToken)
            : throw new ModelTrainingException($"Rows {from} to {to} cannot be scored: none of them has all features{(pipeline.Label is null ? "" : " and a label that ends within them")}.");
    }
}
