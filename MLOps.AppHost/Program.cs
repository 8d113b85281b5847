using System.CommandLine;
using MLOps.AppHost;

// The host takes up to 30 s to drain when it is told to stop; after the default, 2 s, the process would be ended in the middle of it.
return await PlatformCommand.Create().Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(40) });
