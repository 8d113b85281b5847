using MLOps.Contracts.Problems;
using MLOps.Tracking;

namespace MLOps.Gateway.Datasets;

/// <summary>Files of the folder that datasets may be registered from.</summary>
internal static class ImportFolder
{
    /// <param name="folder">As configured; null: none.</param>
    /// <param name="path">Relative to it.</param>
    /// <exception cref="MLOpsException">InvalidArgument: there is no such folder, the path leaves it or goes through a link. NotFound: no such file.</exception>
    public static FileStream Open(string? folder, string path)
    {
        if (folder is null)
        {
            throw new MLOpsException(
                ProblemCode.InvalidArgument,
                $"'path' is given, but no file may be registered by its path: set {DatasetsOptions.SectionName}:{nameof(DatasetsOptions.ImportFolder)}, or send the file as the body.");
        }

        var root = LocalPath.Full(folder);
        var full = Path.GetFullPath(Path.Combine(root, Checked(path)));
        if (LocalPath.Below(root, full) is null or "")
        {
            throw Refused(path);
        }

        for (var part = full; part.Length > root.Length; part = Path.GetDirectoryName(part)!)
        {
            if (new FileInfo(part).LinkTarget is not null)
            {
                throw Refused(path);
            }
        }

        // Pipes and devices have no length, and opening one could wait for ever.
        return new FileInfo(full) is { Exists: true, Length: > 0 }
            ? new FileStream(full, FileMode.Open, FileAccess.Read, FileShare.Read, 128 * 1024, FileOptions.Asynchronous | FileOptions.SequentialScan)
            : throw new MLOpsException(ProblemCode.NotFound, $"'path' is '{path}': there is no such file in the import folder, or it is empty.");
    }

    private static string Checked(string path)
    {
        try
        {
            return ArtifactPath.Check(path);
        }
        catch (MLOpsException)
        {
            throw Refused(path);
        }
    }

    private static MLOpsException Refused(string path) =>
        new(ProblemCode.InvalidArgument, $"'path' is '{path}': expected a path relative to the import folder that neither leaves it nor goes through a link.");
}
