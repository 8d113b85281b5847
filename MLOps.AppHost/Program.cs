using MLOps.AppHost;

return await PlatformCommand.Create().Parse(args).InvokeAsync();
