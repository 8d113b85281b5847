namespace MLOps.AppHost.Embedded;

/// <summary>What a newcomer reads first. Plain lines: paths and addresses must survive copying and narrow terminals.</summary>
internal static class Banner
{
    public static void Write(string url, string dataDirectory) => Console.WriteLine(
        $"""

          MLOps is running    {url}
          data directory      {dataDirectory}

          log from Python     export MLFLOW_TRACKING_URI={url}
          see it all at work  dotnet run --project MLOps.AppHost -- demo
          stop                Ctrl-C

        """);
}
