"""Opening hours as stores keep them: the mutation that sets the hours of the week."""
