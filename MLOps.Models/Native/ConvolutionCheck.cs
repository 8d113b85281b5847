using static TorchSharp.torch;

namespace MLOps.Models.Native;

/// <summary>One small convolution against plain loops: there are processors on which a library's kernels are simply wrong, and a network trained on them looks merely bad.</summary>
internal static class ConvolutionCheck
{
    // Channel counts that fill no vector register evenly, and more than one row: what the faulty kernels got wrong.
    private const int Batch = 2;
    private const int ChannelsIn = 17;
    private const int ChannelsOut = 23;
    private const int Kernel = 3;
    private const int Length = 18;
    private const int Steps = Length - Kernel + 1;

    /// <exception cref="PlatformNotSupportedException">libtorch convolves wrongly on this machine.</exception>
    public static void Run()
    {
        var input = Numbers(Batch * ChannelsIn * Length, 0.37);
        var weights = Numbers(ChannelsOut * ChannelsIn * Kernel, 0.73);
        float[] output;
        using (NewDisposeScope())
        using (no_grad())
        {
            output = nn.functional.conv1d(tensor(input, [Batch, ChannelsIn, Length]), tensor(weights, [ChannelsOut, ChannelsIn, Kernel])).data<float>().ToArray();
        }

        for (var at = 0; at < output.Length; at++)
        {
            var expected = Plain(input, weights, at / (ChannelsOut * Steps), at / Steps % ChannelsOut, at % Steps);
            if (!(Math.Abs(output[at] - expected) <= 1e-4))
            {
                throw new PlatformNotSupportedException(
                    $"libtorch computes wrong convolutions on this machine: element {at} is {output[at]} and should be {expected}. Networks trained here would be worthless. "
                    + "Try the environment variable ONEDNN_MAX_CPU_ISA=SSE41.");
            }
        }
    }

    private static double Plain(float[] input, float[] weights, int row, int channel, int step)
    {
        var sum = 0.0;
        for (var i = 0; i < ChannelsIn; i++)
        {
            for (var k = 0; k < Kernel; k++)
            {
                sum += (double)weights[(((channel * ChannelsIn) + i) * Kernel) + k] * input[(((row * ChannelsIn) + i) * Length) + step + k];
            }
        }

        return sum;
    }

    private static float[] Numbers(int count, double step)
    {
        var numbers = new float[count];
        for (var i = 0; i < count; i++)
        {
            numbers[i] = (float)Math.Sin(i * step);
        }

        return numbers;
    }
}
