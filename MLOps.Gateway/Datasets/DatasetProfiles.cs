using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using MLOps.Contracts.Datasets;
using MLOps.Contracts.Problems;
using MLOps.Gateway.Endpoints;
using MLOps.Tracking;

namespace MLOps.Gateway.Datasets;

/// <summary>What the file beside a version's data says of it.</summary>
internal static class DatasetProfiles
{
    private const int DefaultRows = 10;
    private const int MaximumRows = 50;

    public static async Task<IResult> GetProfileAsync(string name, int version, IGrainFactory grains, IArtifactStore artifacts, CancellationToken cancellationToken)
    {
        var profile = await ReadAsync(name, version, grains, artifacts, cancellationToken);
        return Results.Json(new DatasetProfileResponse(name, version, profile.Rows, profile.Columns), ServingJson.Options);
    }

    public static async Task<IResult> GetPreviewAsync(string name, int version, int? rows, IGrainFactory grains, IArtifactStore artifacts, CancellationToken cancellationToken)
    {
        var wanted = rows ?? DefaultRows;
        if (wanted is < 1 or > MaximumRows)
        {
            throw new MLOpsException(ProblemCode.InvalidArgument, string.Create(CultureInfo.InvariantCulture, $"'rows' is {wanted}: expected 1 to {MaximumRows}."));
        }

        var profile = await ReadAsync(name, version, grains, artifacts, cancellationToken);

        // Of a short table the head's rows are the last ones, too: none is shown twice.
        var all = profile.Head.Concat(profile.Tail).ToArray();
        var head = all[..Math.Min(wanted, profile.Head.Count)];
        return Results.Json(
            new DatasetPreviewResponse(
                name,
                version,
                profile.Rows,
                [.. profile.Columns.Select(column => new PreviewColumn(column.Name, column.Type))],
                head,
                all[Math.Max(head.Length, all.Length - wanted)..]),
            ServingJson.Options);
    }

    private static async Task<DatasetProfile> ReadAsync(string name, int version, IGrainFactory grains, IArtifactStore artifacts, CancellationToken cancellationToken)
    {
        var source = await grains.GetGrain<IDatasetGrain>(DatasetName.Check(name)).ProfileAsync(version)
            ?? throw new MLOpsException(ProblemCode.NotFound, string.Create(CultureInfo.InvariantCulture, $"Dataset '{name}' has no version {version}."));
        await using var content = await artifacts.OpenReadAsync(ArtifactUri.ToStorePath(source), cancellationToken);
        return await JsonSerializer.DeserializeAsync<DatasetProfile>(content, ServingJson.Options, cancellationToken)
            ?? throw new InvalidOperationException($"{source} is no profile.");
    }
}
