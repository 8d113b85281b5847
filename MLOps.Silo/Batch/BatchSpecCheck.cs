using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Options;
using MLOps.Contracts.Batch;
using MLOps.Contracts.Datasets;
using MLOps.Contracts.Endpoints;
using MLOps.Contracts.Problems;
using MLOps.Silo.Endpoints;
using MLOps.Tracking;

namespace MLOps.Silo.Batch;

/// <summary>Checks a job before anything is made of it, and fixes what may not change while it works: the model's version and the input's bytes.</summary>
internal sealed class BatchSpecCheck(ModelResolver models, IArtifactStore artifacts, IGrainFactory grains, IOptions<BatchOptions> options)
{
    public const int MaximumChunkRows = 1_000_000;

    /// <summary>What the column of MLflow's schema holds.</summary>
    private const int MaxRunName = 250;

    private const int MaximumColumns = 1_000;

    /// <exception cref="MLOpsException">InvalidArgument or NotFound: names the field, what was given and what is expected.</exception>
    public async Task<BatchStart> CheckAsync(BatchJobSpec spec)
    {
        CheckForm(spec);
        var model = spec.Endpoint is { } endpoint
            ? await ServedAsync(endpoint)
            : await models.ResolveAsync(new VariantSpec("batch", spec.ModelUri!), CancellationToken.None);
        var (version, source, digest) = spec.Dataset is null ? await UploadAsync(spec.UploadId!) : await DatasetAsync(spec);
        var complete = spec with
        {
            DatasetVersion = version,
            ChunkRows = spec.ChunkRows == 0 ? options.Value.ChunkRows : spec.ChunkRows,

            // Arrays: whatever lists the caller made may be of a type that cannot be read back from grain storage.
            Inputs = spec.Inputs.Select(input => input with { Columns = input.Columns.ToArray() }).ToArray(),
            Outputs = spec.Outputs.ToArray(),
            Passthrough = spec.Passthrough.ToArray(),
        };
        return new BatchStart(complete, model.ModelName, model.ModelVersion, digest, new BatchPlan(model.Source, source, null));
    }

    private static void CheckForm(BatchJobSpec spec)
    {
        if (spec.Endpoint is null == spec.ModelUri is null)
        {
            throw Invalid($"{(spec.Endpoint is null ? "Neither" : "Both")} of 'endpoint' and 'model_uri' given: expected exactly one.");
        }

        if (spec.Dataset is null == spec.UploadId is null)
        {
            throw Invalid($"{(spec.Dataset is null ? "Neither" : "Both")} of 'dataset' and 'upload_id' given: expected exactly one.");
        }

        if (spec.UploadId is not null && spec.DatasetVersion != 0)
        {
            throw Bad("dataset_version", Text(spec.DatasetVersion), "none with 'upload_id'");
        }

        if (spec.ChunkRows is < 0 or > MaximumChunkRows)
        {
            throw Bad("chunk_rows", Text(spec.ChunkRows), $"1 to {MaximumChunkRows}, or 0 for the default");
        }

        CheckNames("passthrough_columns", spec.Passthrough);
        CheckNames("output_columns", spec.Outputs);
        CheckNames("input_columns", [.. spec.Inputs.Select(input => input.Input)]);
        foreach (var input in spec.Inputs)
        {
            if (input.Columns is not { Count: > 0 and <= MaximumColumns })
            {
                throw Bad($"input_columns.{NameRules.Shortened(input.Input)}", $"{input.Columns?.Count ?? 0} columns", $"1 to {MaximumColumns}");
            }
        }

        if (spec.RunName is { } runName)
        {
            NameRules.MaxLength(NameRules.NoNul(runName, "run_name"), "run_name", MaxRunName);
        }
    }

    private static void CheckNames(string field, IReadOnlyList<string> names)
    {
        if (names.Count > MaximumColumns || names.Any(string.IsNullOrEmpty))
        {
            throw Invalid($"'{field}' has {names.Count} names: expected at most {MaximumColumns}, none of them empty.");
        }

        if (names.GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(same => same.Count() > 1) is { } twice)
        {
            throw Bad(field, NameRules.Shortened(twice.Key), "every name once");
        }
    }

    /// <summary>What the endpoint's variant with the most traffic serves now.</summary>
    private async Task<VariantState> ServedAsync(string endpoint)
    {
        EndpointName.Check(endpoint, "endpoint name");
        return (await grains.GetGrain<IEndpointGrain>(endpoint).GetAsync()).Variants.MaxBy(variant => variant.Spec.Weight)!;
    }

    private async Task<(int Version, string Source, string Digest)> DatasetAsync(BatchJobSpec spec)
    {
        var versions = await grains.GetGrain<IDatasetGrain>(DatasetName.Check(spec.Dataset!)).GetVersionsAsync();
        if (versions.Count == 0)
        {
            throw Bad("dataset", spec.Dataset!, "a registered dataset; register one with POST /mlops/datasets, or send the file with POST /mlops/batch/upload");
        }

        var version = spec.DatasetVersion == 0
            ? versions[^1]
            : versions.FirstOrDefault(v => v.Version == spec.DatasetVersion) ?? throw Bad("dataset_version", Text(spec.DatasetVersion), $"1 to {versions[^1].Version}, or 0 for the newest");
        CheckColumns("passthrough_columns", spec.Passthrough, version);
        foreach (var input in spec.Inputs)
        {
            CheckColumns($"input_columns.{NameRules.Shortened(input.Input)}", input.Columns, version);
        }

        return (version.Version, version.Source, version.Digest);
    }

    private static void CheckColumns(string field, IReadOnlyList<string> names, DatasetVersion version)
    {
        if (names.FirstOrDefault(name => version.Columns.All(column => column.Name != name)) is { } unknown)
        {
            throw Bad(field, NameRules.Shortened(unknown), $"a column of {version.Name} version {version.Version}: {string.Join(", ", version.Columns.Select(column => column.Name))}");
        }
    }

    private async Task<(int Version, string Source, string Digest)> UploadAsync(string uploadId)
    {
        var path = BatchUpload.DescriptionPath(uploadId);
        try
        {
            await using var description = await artifacts.OpenReadAsync(path);
            var upload = await JsonSerializer.DeserializeAsync<BatchUpload>(description)
                ?? throw new MLOpsException(ProblemCode.InvalidState, $"The description of upload '{uploadId}' is empty: send the file again.");
            return (0, ArtifactUri.FromStorePath(BatchUpload.ContentPath(uploadId)), upload.Digest);
        }
        catch (MLOpsException exception) when (exception.Code == ProblemCode.NotFound)
        {
            throw Bad("upload_id", uploadId, "an id that POST /mlops/batch/upload has answered");
        }
        catch (JsonException exception)
        {
            throw new MLOpsException(ProblemCode.InvalidState, $"The description of upload '{uploadId}' at {path} is damaged: send the file again.", exception);
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static MLOpsException Bad(string field, string value, string expected) => Invalid($"'{field}' is '{value}': expected {expected}.");

    private static MLOpsException Invalid(string message) => new(ProblemCode.InvalidArgument, message);
}
