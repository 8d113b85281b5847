using MLOps.Contracts.Datasets;
using MLOps.Contracts.Problems;
using MLOps.Inference.Tabular;
using MLOps.Models.Data;
using MLOps.Tracking;

namespace MLOps.Silo.Datasets;

/// <summary>Reads a registered version of kind ohlcv as the bars that trainers take.</summary>
internal sealed class OhlcvFile(IArtifactStore artifacts)
{
    /// <exception cref="MLOpsException">InvalidArgument: the version is of another kind.</exception>
    public async Task<OhlcvSeries> ReadAsync(DatasetVersion version, CancellationToken cancellationToken)
    {
        if (version.Kind != OhlcvColumns.Kind)
        {
            throw new MLOpsException(ProblemCode.InvalidArgument, $"Dataset '{version.Name}' version {version.Version} is of kind '{version.Kind}': expected '{OhlcvColumns.Kind}'.");
        }

        await using var content = await artifacts.OpenReadAsync(ArtifactUri.ToStorePath(version.Source), cancellationToken);
        using var text = CsvReader.Utf8(content);
        var csv = new CsvReader(text);
        var columns = OhlcvColumns.Find((await csv.ReadAsync(cancellationToken))?.ToArray() ?? []);
        var rows = new List<OhlcvRow>((int)Math.Min(version.Rows, int.MaxValue));
        while (await csv.ReadAsync(cancellationToken) is { } cells)
        {
            rows.Add(OhlcvRow.Parse(csv.Line, cells, columns));
        }

        return new OhlcvSeries(
            [.. rows.Select(row => row.Date)],
            [.. rows.Select(row => row.Open)],
            [.. rows.Select(row => row.High)],
            [.. rows.Select(row => row.Low)],
            [.. rows.Select(row => row.Close)],
            [.. rows.Select(row => row.Volume)]);
    }
}
