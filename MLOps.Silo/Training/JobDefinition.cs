using System.Text;
using MLOps.Contracts.Problems;
using MLOps.Contracts.Training;
using MLOps.Models.Catalog;
using MLOps.Models.Features.Pipelines;

namespace MLOps.Silo.Training;

/// <summary>What a job trains: a model of the catalogue, behind a feature pipeline where the job has one.</summary>
internal static class JobDefinition
{
    /// <exception cref="ModelTrainingException">The pipeline cannot be read.</exception>
    public static IModelDefinition Of(IModelDefinition model, TrainingJobSpec spec) => spec.Features is { } features
        ? new PipelinedDefinition(model, FeaturePipeline.Parse(Encoding.UTF8.GetBytes(features)))
        : model;

    /// <param name="parameters">The job's hyper-parameters.</param>
    /// <exception cref="MLOpsException">InvalidArgument: the pipeline cannot be read, or does not make what the model takes, or there is none where the model needs one.</exception>
    public static IModelDefinition Checked(IModelDefinition model, TrainingJobSpec spec, IReadOnlyDictionary<string, string> parameters)
    {
        var needs = model.BehindFeatures(parameters);
        if (spec.Features is not { } features)
        {
            return needs.IsBars || !model.Data.IsBars
                ? model
                : throw Bad($"the model '{model.Id}' takes a feature pipeline's columns with these hyper-parameters, {string.Join(", ", needs.Columns.Select(column => column.Name))} among them: give one");
        }

        FeaturePipeline pipeline;
        try
        {
            pipeline = FeaturePipeline.Parse(Encoding.UTF8.GetBytes(features));
        }
        catch (ModelTrainingException exception)
        {
            // Not as inner exception: MLOps.Models knows no Orleans, so its exceptions cannot leave the silo.
            throw Bad(exception.Message);
        }

        if (needs.IsBars)
        {
            throw Bad($"the model '{model.Id}' makes its features of bars by itself{(model.TakesFeatures ? " with these hyper-parameters" : "")}: expected none");
        }

        string[] made = [.. pipeline.Names, .. pipeline.Keep ?? [], .. pipeline.Label is null ? [] : TripleBarrierStep.Columns];
        string[] missing = [.. needs.Columns.Select(column => column.Name).Except(made)];
        return missing.Length == 0
            ? new PipelinedDefinition(model, pipeline)
            : throw Bad($"the pipeline makes {string.Join(", ", made)}, but the model '{model.Id}' also takes {string.Join(", ", missing)}: add the feature, or keep the column");
    }

    private static MLOpsException Bad(string reason) => new(ProblemCode.InvalidArgument, $"'features': {reason}.");
}
