using Microsoft.Extensions.Logging;

namespace MLOps.Silo.Datasets;

internal sealed partial class DatasetGrain
{
    [LoggerMessage(LogLevel.Information, "Dataset {DatasetName} has version {DatasetVersion}: {Rows} rows, digest {Digest}")]
    private static partial void LogRegistered(ILogger logger, string datasetName, int datasetVersion, long rows, string digest);
}
