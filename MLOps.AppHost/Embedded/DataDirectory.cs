using MLOps.Tracking;

namespace MLOps.AppHost.Embedded;

/// <summary>The folder of database and artifacts.</summary>
internal static class DataDirectory
{
    /// <exception cref="StoreOpenException">It cannot be made; the message names it and says what to do.</exception>
    public static void Create(string path)
    {
        try
        {
            Directory.CreateDirectory(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StoreOpenException($"the data directory {path} cannot be made ({exception.Message.TrimEnd('.')}): choose another with --data DIR", exception);
        }
    }
}
