using System.Globalization;
using Microsoft.Extensions.Options;
using MLOps.Contracts.Datasets;
using MLOps.Contracts.Experiments;
using MLOps.Contracts.Models;
using MLOps.Contracts.Problems;
using MLOps.Contracts.Training;
using MLOps.Models.Catalog;

namespace MLOps.Silo.Training;

/// <summary>Checks a job before anything is made of it, and fills in what was left to the platform.</summary>
internal sealed class TrainingSpecCheck(ModelCatalog catalog, IGrainFactory grains, IOptions<TrainingOptions> options)
{
    /// <summary>What the column of MLflow's schema holds.</summary>
    private const int MaxRunName = 250;

    /// <exception cref="MLOpsException">InvalidArgument: names the field, what was given and what is expected.</exception>
    public async Task<TrainingJobSpec> CheckAsync(TrainingJobSpec spec)
    {
        var model = catalog.Find(spec.Model)
            ?? throw Bad("model", spec.Model, $"one of the catalogue: {string.Join(", ", catalog.Definitions.Select(m => m.Id).Order(StringComparer.Ordinal))}");
        var parameters = CheckParameters(model, spec);
        var definition = JobDefinition.Checked(model, spec, parameters);
        var needs = definition.Data;
        var dataset = await FindDatasetAsync(spec);
        if (DatasetFit.Misfit(needs, dataset) is { } misfit)
        {
            throw Bad("dataset", spec.Dataset, $"{needs.Description.TrimEnd('.')}; version {dataset.Version} {misfit}");
        }

        CheckTrainEnd(spec.TrainEnd, dataset);
        if (spec.Priority is < TrainingJobSpec.LowestPriority or > TrainingJobSpec.HighestPriority)
        {
            throw Bad("priority", spec.Priority.ToString(CultureInfo.InvariantCulture), $"{TrainingJobSpec.LowestPriority} to {TrainingJobSpec.HighestPriority}");
        }

        if (spec.CheckpointEvery is < 1 or > TrainingJobSpec.MaximumCheckpointEvery)
        {
            throw Bad("checkpoint_every", spec.CheckpointEvery.Value.ToString(CultureInfo.InvariantCulture), $"1 to {TrainingJobSpec.MaximumCheckpointEvery} steps");
        }

        JobEvaluation.Check(spec.Evaluation, definition, parameters);
        if (spec.RegisterAs is { } name)
        {
            ModelName.Check(name, "register_as");
        }

        var experiment = string.IsNullOrWhiteSpace(spec.Experiment) ? TrainingJobSpec.DefaultExperiment : ExperimentName.Check(spec.Experiment, "experiment");
        if (spec.RunName is { } runName)
        {
            NameRules.MaxLength(NameRules.NoNul(runName, "run_name"), "run_name", MaxRunName);
        }

        return spec with
        {
            DatasetVersion = dataset.Version,
            // An array: whatever list the caller made may be of a type that cannot be read back from grain storage.
            Parameters = spec.Parameters.ToArray(),
            Experiment = experiment,
        };
    }

    private Dictionary<string, string> CheckParameters(IModelDefinition model, TrainingJobSpec spec)
    {
        var given = new Dictionary<string, string>();
        foreach (var parameter in spec.Parameters)
        {
            if (!given.TryAdd(parameter.Key, parameter.Value))
            {
                throw Bad("parameters", parameter.Key, "every name once");
            }
        }

        ThreadBudget.Check(given, options.Value);
        try
        {
            HyperParameterValues.Parse(model.HyperParameters, given);
            return given;
        }
        catch (ModelTrainingException e)
        {
            // Not as inner exception: MLOps.Models knows no Orleans, so its exceptions cannot leave the silo.
            throw new MLOpsException(ProblemCode.InvalidArgument, $"'parameters' of model '{model.Id}': {e.Message}");
        }
    }

    private async Task<DatasetVersion> FindDatasetAsync(TrainingJobSpec spec)
    {
        var versions = await grains.GetGrain<IDatasetGrain>(DatasetName.Check(spec.Dataset)).GetVersionsAsync();
        if (versions.Count == 0)
        {
            throw Bad("dataset", spec.Dataset, "a registered dataset; register one with POST /mlops/datasets");
        }

        return spec.DatasetVersion == 0
            ? versions[^1]
            : versions.FirstOrDefault(v => v.Version == spec.DatasetVersion)
                ?? throw Bad("dataset_version", spec.DatasetVersion.ToString(CultureInfo.InvariantCulture), $"1 to {versions[^1].Version}, or 0 for the newest");
    }

    private static void CheckTrainEnd(string? text, DatasetVersion dataset)
    {
        if (text is null)
        {
            return;
        }

        if (dataset.FirstDate is null)
        {
            throw Bad("train_end", text, $"none, for version {dataset.Version} has no column 'date' or 'time'");
        }

        // ISO dates compare as text.
        if (!DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _)
            || string.CompareOrdinal(text, dataset.FirstDate) < 0
            || string.CompareOrdinal(text, dataset.LastDate) > 0)
        {
            throw Bad("train_end", text, $"an ISO date within the data, {dataset.FirstDate} to {dataset.LastDate}");
        }
    }

    private static MLOpsException Bad(string field, string value, string expected) =>
        new(ProblemCode.InvalidArgument, $"'{field}' is '{value}': expected {expected}.");
}
