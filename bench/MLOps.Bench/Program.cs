using MLOps.Bench;

return await BenchCommand.Create().Parse(args).InvokeAsync();
