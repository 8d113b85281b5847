namespace MLOps.Testing;

/// <summary>Where the checkout is, found from the test's own folder upwards.</summary>
public static class RepositoryRoot
{
    /// <summary>Full path of the folder that holds MLOps.sln.</summary>
    public static string Path { get; } = Find();

    /// <summary>A file or folder of the checkout.</summary>
    public static string Combine(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "MLOps.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"No MLOps.sln above {AppContext.BaseDirectory}: run the tests from a checkout.");
    }
}
